-- Every area in use: code, Thai name, and whether it is current.
SELECT code, name_th, current FROM area WHERE boundary_set_id = active_boundary_set()
