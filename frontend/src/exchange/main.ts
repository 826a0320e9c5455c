import th from 'messages:th/common,imports'
import { startPage } from '../page'
import ImportPage from './ImportPage.svelte'

void startPage(ImportPage, { th, en: () => import('messages:en/common,imports') })
